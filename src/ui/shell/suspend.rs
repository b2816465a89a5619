//! Hands the terminal to the parent shell or to a pager for a while.

use super::jobs::contents;
use super::{jobs, terminal};
use crate::failure::Failure;
use crate::load::Cancel;
use crate::ui::layout::Size;
use crate::ui::model::effect::FileRef;
use crate::ui::model::message::Msg;
use crate::ui::shell::{Shell, ShellEvent};
use crate::ui::update;

impl Shell {
    /// Suspends the process as job control does, and reopens the screen when it continues.
    #[cfg(unix)]
    pub(super) fn suspend(&mut self) {
        terminal::close();
        let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
        self.reopen();
    }

    /// Does nothing: without job control the key is disabled.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "the function of the other systems")]
    pub(super) fn suspend(&mut self) {}

    fn reopen(&mut self) {
        match terminal::open(self.stream) {
            Ok(terminal) => self.terminal = terminal,
            Err(error) => {
                let _ = self.events.send(ShellEvent::Failed(jobs::terminal(error)));
                return;
            }
        }
        let _ = self.terminal.clear();
        if let Ok(size) = self.terminal.size() {
            let (width, height) = (size.width, size.height);
            let _ = update::update(&mut self.model, Msg::Resize(Size { width, height }));
        }
    }

    /// Shows a file in `$PAGER`. The input thread waits meanwhile, so the pager has the keys.
    pub(super) fn page(&mut self, file_ref: &FileRef) -> Result<(), Failure> {
        let contents = self.contents(&file_ref.image);
        let contents = contents.ok_or_else(|| Failure::new("the image is not loaded yet"))?;
        let cancel = Cancel::default();
        terminal::close();
        let shown = terminal::pager(&cancel, |pager| {
            contents::write_content(file_ref, &contents, &cancel, pager)
        });
        self.reopen();
        shown
    }
}
