//! The lines of the tab in front, and which of them is selected. `tabs` and `content_lines` compute the lines of each.

use crate::ui::pane::{Cursor, StatusKind};

use crate::ui::compare::extras;
use crate::ui::compare::state::Compare;
use crate::ui::compare::tabs::{CompareTab, TabLine, lines};

impl Compare {
    /// Shows a tab. The selected line stays selected.
    pub(crate) fn show_tab(&mut self, tab: CompareTab) {
        let selected = self.selected_line().filter(|_| tab == self.front.tab);
        let selected =
            selected.filter(|_| self.front.tab_cursor.at() != first_to_open(&self.lines));
        let selected = selected.and_then(|line| line.opens.clone());
        if tab != self.front.tab {
            self.front.tab_cursor = Cursor::default();
        }
        self.front.tab = tab;
        self.lines = self.lines_of(tab);
        self.tab_columns.0 = None;
        let at = self.front.tab_cursor.at();
        let first = first_to_open(&self.lines);
        let found = selected.and_then(|opens| {
            let mut lines = self.lines.iter();
            lines.position(|line| line.opens.as_ref() == Some(&opens))
        });
        let at = found.unwrap_or(if at == 0 { first } else { at });
        let len = self.lines.len();
        let height = usize::from(self.areas.tab_rows().height);
        // Without a height yet every line counts as in view.
        let height = if height > 0 { height } else { len };
        self.front.tab_cursor.set(at, len, height);
    }

    /// Returns the lines of a tab.
    fn lines_of(&self, tab: CompareTab) -> Vec<TabLine> {
        let shows_same = self.shows_same();
        let both = self.both();
        let content_lines = self.content_lines();
        let content = self.content_analysis.as_ref();
        let mut tab_lines = lines(tab, &self.comparison, both, self.units(), &self.row_summary);
        match tab {
            CompareTab::Why => {
                let mut lines = content_lines.why(content, shows_same);
                if let Some(extras) = &self.extras {
                    lines.extend(extras::full(extras, self.units()));
                }
                if matches!(content, Some(Ok(_))) && !tab_lines.is_empty() {
                    // The categories above count hidden bytes.
                    let heading = "visible bytes only, by folder and file".to_owned();
                    lines.push(TabLine::plain("", heading));
                }
                lines.extend(tab_lines);
                if let Some(extras) = &self.extras {
                    lines.extend(extras::moved(extras, both, &self.comparison));
                }
                lines
            }
            CompareTab::Packages => content_lines.packages(content),
            CompareTab::Config => {
                tab_lines.retain(|line| shows_same || line.change != StatusKind::Unmodified);
                tab_lines
            }
            CompareTab::Layers => tab_lines,
        }
    }
}

/// Returns the first line that can be opened, of the first two: the first one may be the size before.
fn first_to_open(lines: &[TabLine]) -> usize {
    let opens = |at: usize| lines.get(at).is_some_and(|line| line.opens.is_some());
    usize::from(!opens(0) && opens(1))
}
