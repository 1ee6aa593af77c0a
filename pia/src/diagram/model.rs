//! What a picture is drawn from: parties, handling stages, nodes, flows and every word it shows.
//!
//! An own small model, so that the drawing can be tested without a case and a case can change
//! without the drawing. Deliberately absent: the case's types, and any default wording.

/// One data-flow picture.
///
/// The order of `lanes`, `columns` and `boundaries` is meant and is drawn; the order of `nodes` and
/// `flows` is not: nodes are read by id, flows by number (digits by value) and then by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// Prefix of every element id, so that several pictures can stand in one page.
    pub id: String,
    /// Heading above the picture and its accessible name.
    pub title: String,
    /// Alternative text.
    pub description: String,
    /// Trust boundaries; a lane names the one it lies in.
    pub boundaries: Vec<Boundary>,
    /// Parties, top to bottom. Lanes of one boundary are drawn together, where the first stands.
    pub lanes: Vec<Lane>,
    /// Handling stages, left to right.
    pub columns: Vec<Column>,
    /// Systems, stores and people.
    pub nodes: Vec<Node>,
    /// Data flows, one direction each.
    pub flows: Vec<Flow>,
    /// The words of the legend.
    pub legend: Legend,
}

/// A thick dashed frame around the lanes of one trust zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Boundary {
    /// Referred to by [`Lane::boundary`].
    pub id: String,
    /// Printed on the frame.
    pub label: String,
}

/// One party's row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    /// Referred to by [`Node::lane`].
    pub id: String,
    /// The party's name.
    pub label: String,
    /// The boundary it lies in; a lane whose boundary is not declared gets no frame.
    pub boundary: String,
}

/// One handling stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Referred to by [`Node::column`].
    pub id: String,
    /// The stage's name.
    pub label: String,
}

/// The shape of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// Outside the assessed handling: a person or an organisation. Rectangle, grey.
    External,
    /// Handling of data. Rounded rectangle.
    #[default]
    Process,
    /// Where data rests. Cylinder.
    Store,
    /// A linkage platform. Rectangle with double sides.
    Platform,
}

/// A system, a store or a person in one lane and column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Referred to by [`Flow::from`] and [`Flow::to`].
    pub id: String,
    /// Id of a lane.
    pub lane: String,
    /// Id of a column.
    pub column: String,
    /// Its shape.
    pub kind: NodeKind,
    /// Its name.
    pub label: String,
    /// Smaller text below the name (country, encryption at rest); may be empty.
    pub sublabel: String,
}

/// How far the data of a flow has been processed; shown by line pattern and short word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataState {
    /// As collected. Double line.
    #[default]
    Raw,
    /// After safety processing. Solid line.
    Safety,
    /// Pseudonymously processed. Long dashes.
    Pseudonymous,
    /// Anonymously processed. Dots.
    Anonymous,
    /// Statistics. Dots, wide apart.
    Statistics,
}

impl DataState {
    /// All states, from the most to the least identifying.
    pub const ALL: [Self; 5] =
        [Self::Raw, Self::Safety, Self::Pseudonymous, Self::Anonymous, Self::Statistics];
}

/// One direction of data between two nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// Unique; becomes part of the element id.
    pub id: String,
    /// The text of the badge, such as "F1".
    pub number: String,
    /// Id of the node that gives.
    pub from: String,
    /// Id of the node that takes.
    pub to: String,
    /// State of the data.
    pub state: DataState,
    /// Draws a padlock.
    pub encrypted: bool,
    /// Changes the badge to a black hexagon.
    pub emergency_only: bool,
    /// Short labels of the risks on this flow, a triangle each.
    pub risk_marks: Vec<String>,
    /// Draws "?": something about this flow is open.
    pub open_marks: bool,
    /// Tooltip and text for assistive technology.
    pub label: String,
}

/// Long and short word of a data state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateWords {
    /// Two or three characters beside the badge; may be empty.
    pub short: String,
    /// In the legend.
    pub long: String,
}

/// Words of the legend; only entries that the picture uses are drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legend {
    /// Above the entries.
    pub heading: String,
    /// [`NodeKind::External`].
    pub external: String,
    /// [`NodeKind::Process`].
    pub process: String,
    /// [`NodeKind::Store`].
    pub store: String,
    /// [`NodeKind::Platform`].
    pub platform: String,
    /// [`DataState::Raw`].
    pub raw: StateWords,
    /// [`DataState::Safety`].
    pub safety: StateWords,
    /// [`DataState::Pseudonymous`].
    pub pseudonymous: StateWords,
    /// [`DataState::Anonymous`].
    pub anonymous: StateWords,
    /// [`DataState::Statistics`].
    pub statistics: StateWords,
    /// The thick dashed frame.
    pub boundary: String,
    /// The number badge.
    pub flow: String,
    /// The black hexagon.
    pub emergency_only: String,
    /// The padlock.
    pub encrypted: String,
    /// The triangle.
    pub risk: String,
    /// The question mark.
    pub open: String,
}

impl Legend {
    /// The words of one data state.
    pub fn state(&self, state: DataState) -> &StateWords {
        match state {
            DataState::Raw => &self.raw,
            DataState::Safety => &self.safety,
            DataState::Pseudonymous => &self.pseudonymous,
            DataState::Anonymous => &self.anonymous,
            DataState::Statistics => &self.statistics,
        }
    }

    /// The word of one kind of node.
    pub fn kind(&self, kind: NodeKind) -> &str {
        match kind {
            NodeKind::External => &self.external,
            NodeKind::Process => &self.process,
            NodeKind::Store => &self.store,
            NodeKind::Platform => &self.platform,
        }
    }
}
