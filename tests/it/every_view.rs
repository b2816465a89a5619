//! Every view at every size, loaded and while the contents are analysed, as far as no other module has it.

use crate::screens::screens;
use crate::screens_overview::{loading, open};

screens! {
    open;
    tree_small: 80 by 24, "2";
    tree_middle: 120 by 40, "2";
    tree_large: 200 by 60, "2";
    hidden_small: 80 by 24, "7";
    hidden_middle: 120 by 40, "7";
    hidden_large: 200 by 60, "7";
    config_small: 80 by 24, "8";
    config_middle: 120 by 40, "8";
    config_large: 200 by 60, "8";
    image_small: 80 by 24, "9";
    image_middle: 120 by 40, "9";
    image_large: 200 by 60, "9";
}

mod while_loading {
    use super::{loading, screens};

    screens! {
        loading;
        tree_small: 80 by 24, "2";
        tree_middle: 120 by 40, "2";
        tree_large: 200 by 60, "2";
        files_small: 80 by 24, "3";
        files_middle: 120 by 40, "3";
        files_large: 200 by 60, "3";
        map_small: 80 by 24, "4";
        map_middle: 120 by 40, "4";
        map_large: 200 by 60, "4";
        packages_small: 80 by 24, "5";
        packages_middle: 120 by 40, "5";
        packages_large: 200 by 60, "5";
        savings_small: 80 by 24, "6";
        savings_middle: 120 by 40, "6";
        savings_large: 200 by 60, "6";
        hidden_small: 80 by 24, "7";
        hidden_middle: 120 by 40, "7";
        hidden_large: 200 by 60, "7";
        config_small: 80 by 24, "8";
        config_middle: 120 by 40, "8";
        config_large: 200 by 60, "8";
        image_small: 80 by 24, "9";
        image_middle: 120 by 40, "9";
        image_large: 200 by 60, "9";
    }
}

mod two_while_loading {
    use super::screens;
    use crate::screens_compare::opened;

    screens! {
        opened;
        packages_small: 80 by 24, "5";
        packages_middle: 120 by 40, "5";
        packages_large: 200 by 60, "5";
    }
}
