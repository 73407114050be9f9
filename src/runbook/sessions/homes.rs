//! Which sections share a shell that one of them opens.

use crate::runbook::elsewhere::{self, Whereabouts};
use crate::runbook::{Section, context};

/// Which headings share a shell: that of a section is open in the sections below it, and that of a
/// heading that counts ("Step 2: Log in"), or tells to go there ("Connect to the server"), in those beside it.
pub(super) struct Homes<'a> {
    pub sections: &'a [Section],
    /// Those that are asked for and whose heading tells to go elsewhere, in order.
    going: Vec<usize>,
}

impl<'a> Homes<'a> {
    /// `asked` are the sections that will be asked for.
    pub fn new(sections: &'a [Section], asked: impl Iterator<Item = Option<usize>>) -> Self {
        let mut going: Vec<usize> = asked.flatten().collect();
        going.sort_unstable();
        going.dedup();
        going.retain(|&index| {
            let heading = sections.get(index).filter(|section| section.parent.is_some());
            heading.is_some_and(|section| {
                matches!(elsewhere::after(&section.heading, false), Whereabouts::There(_))
            })
        });
        Homes { sections, going }
    }

    /// The section in which a shell that is opened in this one is open.
    pub fn of(&self, section: Option<usize>) -> Option<usize> {
        let index = section?;
        let about = self.sections.get(index)?;
        let shared = about.parent.is_some()
            && (context::count(&about.heading).is_some() || self.going.binary_search(&index).is_ok());
        if shared { about.parent } else { section }
    }

    /// The section itself and all that it is in.
    pub fn above(&self, section: Option<usize>) -> impl Iterator<Item = Option<usize>> {
        let parent = |section: &Option<usize>| {
            let parent = self.sections.get((*section)?)?.parent?;
            Some(Some(parent))
        };
        std::iter::successors(Some(section), parent)
    }
}
