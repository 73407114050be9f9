//! The walk over a compiled expression: which names it uses, whether its calls exist, what it
//! yields, and the rewriting that makes comparisons strict.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, EntryExpr, Expr as Node, LiteralValue, operators};
use cel::common::types::CelString;

use super::functions;

/// The function comparisons are rewritten to; no expression can name it.
pub(super) const COMPARE: &str = "@compare";

/// Deeper than this an expression is refused: it is evaluated by recursion.
const DEPTH: usize = 200;

/// What a part of an expression yields, where that can be told without a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Number,
    Text,
    List,
    Map,
    Null,
    /// Bytes, a type.
    Other,
    /// Depends on the sample.
    Any,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Bool => "true or false",
            Kind::Number => "a number",
            Kind::Text => "text",
            Kind::List => "a list",
            Kind::Map => "a map",
            Kind::Null => "null",
            Kind::Other | Kind::Any => "a value",
        }
    }
}

/// What is wrong with a node: its id, the function it calls, what, what to do.
pub(super) struct Wrong {
    pub id: u64,
    pub function: Option<String>,
    pub message: String,
    pub help: Option<String>,
}

/// What the walk found.
#[derive(Default)]
pub(super) struct Found {
    /// Names of the sample, in order of appearance, each once.
    pub names: Vec<String>,
    /// The first of them with the fields selected on it (`json.status.ready`).
    pub first: Option<IdedExpr>,
    /// `first`, as text.
    pub first_text: Option<String>,
    /// A comparison of `first` with a number: operator and number.
    pub target: Option<(String, f64)>,
}

/// Checks and rewrites `root`.
pub(super) fn walk(root: &mut IdedExpr) -> Result<(Found, Kind), Wrong> {
    let mut walker = Walker { found: Found::default(), bound: Vec::new() };
    let kind = walker.node(root, 0)?;
    Ok((walker.found, kind))
}

struct Walker {
    found: Found,
    /// Variables of the macros around the current node.
    bound: Vec<String>,
}

impl Walker {
    fn node(&mut self, node: &mut IdedExpr, depth: usize) -> Result<Kind, Wrong> {
        let id = node.id;
        if depth > DEPTH {
            return Err(wrong(id, "the expression is nested too deeply"));
        }
        if let Some(text) = self.path(node) {
            self.note(node, text);
        }
        match &mut node.expr {
            Node::Unspecified => Err(wrong(id, "the expression is incomplete")),
            Node::Literal(literal) => Ok(literal_kind(literal)),
            Node::Ident(name) => Ok(self.ident(name)),
            Node::Select(select) => {
                let test = select.test;
                self.node(&mut select.operand, depth + 1)?;
                Ok(if test { Kind::Bool } else { Kind::Any })
            }
            Node::List(list) => {
                for element in &mut list.elements {
                    self.node(element, depth + 1)?;
                }
                Ok(Kind::List)
            }
            Node::Map(map) => {
                for entry in &mut map.entries {
                    match &mut entry.expr {
                        EntryExpr::MapEntry(entry) => {
                            self.node(&mut entry.key, depth + 1)?;
                            self.node(&mut entry.value, depth + 1)?;
                        }
                        EntryExpr::StructField(_) => return Err(no_message(id)),
                    }
                }
                Ok(Kind::Map)
            }
            Node::Struct(_) => Err(no_message(id)),
            Node::Comprehension(inner) => {
                self.node(&mut inner.iter_range, depth + 1)?;
                let kind = self.node(&mut inner.accu_init, depth + 1)?;
                let before = self.bound.len();
                self.bound.push(inner.accu_var.clone());
                self.bound.push(inner.iter_var.clone());
                self.bound.extend(inner.iter_var2.clone());
                self.node(&mut inner.loop_cond, depth + 1)?;
                self.node(&mut inner.loop_step, depth + 1)?;
                let result = self.node(&mut inner.result, depth + 1)?;
                self.bound.truncate(before);
                // `all` and `exists` begin with a boolean, `map` and `filter` with a list; only
                // `exists_one` computes its result from something else.
                Ok(if result == Kind::Any { kind } else { result })
            }
            Node::Call(_) => self.call(node, depth),
        }
    }

    fn ident(&mut self, name: &str) -> Kind {
        if self.bound.iter().any(|bound| bound == name) {
            return Kind::Any;
        }
        if !self.found.names.iter().any(|known| known == name) {
            self.found.names.push(name.to_string());
        }
        match name {
            "exit" => Kind::Number,
            "stdout" | "stderr" => Kind::Text,
            "lines" => Kind::List,
            "fields" => Kind::Map,
            _ => Kind::Any,
        }
    }

    /// Keeps the first name of the sample, with what is selected on it.
    fn note(&mut self, node: &IdedExpr, text: String) {
        if self.found.first.is_none() {
            self.found.first = Some(node.clone());
            self.found.first_text = Some(text);
        }
    }

    /// `name`, `name.field`, `name["field"]`, as text, where `name` is one of the sample's.
    fn path(&self, node: &IdedExpr) -> Option<String> {
        path(node).filter(|_| root_name(node).is_some_and(|name| !self.bound.iter().any(|b| b == name)))
    }

    fn call(&mut self, node: &mut IdedExpr, depth: usize) -> Result<Kind, Wrong> {
        let id = node.id;
        let Node::Call(call) = &mut node.expr else { return Ok(Kind::Any) };
        let labels: Vec<String> = call.args.iter().map(|arg| path(arg).unwrap_or_default()).collect();
        if is_operator(&call.func_name) {
            count_lines(call);
        }
        let target = match &mut call.target {
            Some(target) => Some(self.node(target, depth + 1)?),
            None => None,
        };
        let mut kinds = Vec::with_capacity(call.args.len());
        for arg in &mut call.args {
            kinds.push(self.node(arg, depth + 1)?);
        }
        match call.func_name.as_str() {
            operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT => {
                for (kind, arg) in kinds.iter().zip(&call.args) {
                    boolean(*kind, arg.id)?;
                }
                Ok(Kind::Bool)
            }
            operators::CONDITIONAL => {
                if let (Some(kind), Some(arg)) = (kinds.first(), call.args.first()) {
                    boolean(*kind, arg.id)?;
                }
                match kinds[..] {
                    [_, a, b] if a == b => Ok(a),
                    // One branch that is not boolean is enough to be wrong.
                    [_, a, b] if a != Kind::Any && b != Kind::Any && b != Kind::Bool => Ok(b),
                    [_, a, _] if a != Kind::Any && a != Kind::Bool => Ok(a),
                    [_, _, b] if b != Kind::Any && b != Kind::Bool => Ok(b),
                    _ => Ok(Kind::Any),
                }
            }
            operators::EQUALS
            | operators::NOT_EQUALS
            | operators::LESS
            | operators::LESS_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
            | operators::IN => {
                self.find_target(node, &labels);
                strict(node, labels);
                Ok(Kind::Bool)
            }
            operators::NOT_STRICTLY_FALSE => Ok(Kind::Bool),
            operators::ADD => Ok(if kinds.contains(&Kind::Text) {
                Kind::Text
            } else if kinds.contains(&Kind::List) {
                Kind::List
            } else if kinds.contains(&Kind::Number) {
                Kind::Number
            } else {
                Kind::Any
            }),
            operators::SUBSTRACT
            | operators::MULTIPLY
            | operators::DIVIDE
            | operators::MODULO
            | operators::NEGATE => Ok(Kind::Number),
            operators::INDEX => Ok(Kind::Any),
            name => known_call(name, id, target.is_some()),
        }
    }

    /// Notes `first OP number` or `number OP first`.
    fn find_target(&mut self, node: &IdedExpr, labels: &[String]) {
        let (Node::Call(call), Some(first), None) = (&node.expr, &self.found.first_text, &self.found.target)
        else {
            return;
        };
        let [left, right] = &call.args[..] else { return };
        let sign = call.func_name.trim_matches('_');
        if labels.first() == Some(first)
            && let Some(number) = number(right)
        {
            self.found.target = Some((sign.to_string(), number));
        } else if labels.get(1) == Some(first)
            && let Some(number) = number(left)
        {
            let flipped = match sign {
                "<" => ">",
                "<=" => ">=",
                ">" => "<",
                ">=" => "<=",
                other => other,
            };
            self.found.target = Some((flipped.to_string(), number));
        }
    }
}

/// Turns `left OP right` into a call of [`COMPARE`] that also knows what its sides are called.
fn strict(node: &mut IdedExpr, labels: Vec<String>) {
    let id = node.id;
    let Node::Call(call) = &mut node.expr else { return };
    let asks_null = call.args.iter().any(|a| matches!(a.expr, Node::Literal(LiteralValue::Null)));
    let operator = match call.func_name.as_str() {
        operators::IN => "in".to_string(),
        // `x == null` asks on purpose: only then may null be compared.
        name if asks_null => format!("null {}", name.trim_matches('_')),
        name => name.trim_matches('_').to_string(),
    };
    let mut labels = labels.into_iter();
    let mut next = || text(id, labels.next().unwrap_or_default());
    let mut args = vec![text(id, operator), next(), next()];
    args.append(&mut call.args);
    node.expr = Node::Call(CallExpr { func_name: COMPARE.into(), target: None, args });
}

/// `lines` is the list of them; beside a number it is how many there are.
fn count_lines(call: &mut CallExpr) {
    let lists = call.args.iter().any(|arg| matches!(arg.expr, Node::List(_)));
    if lists {
        return;
    }
    for arg in &mut call.args {
        if matches!(&arg.expr, Node::Ident(name) if name == "lines") {
            let inner = std::mem::take(arg);
            arg.id = inner.id;
            arg.expr = Node::Call(CallExpr { func_name: "size".into(), target: None, args: vec![inner] });
        }
    }
}

/// Comparisons and arithmetic, where a list makes no sense.
fn is_operator(name: &str) -> bool {
    matches!(
        name,
        operators::EQUALS
            | operators::NOT_EQUALS
            | operators::LESS
            | operators::LESS_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
            | operators::ADD
            | operators::SUBSTRACT
            | operators::MULTIPLY
            | operators::DIVIDE
            | operators::MODULO
            | operators::NEGATE
    )
}

fn text(id: u64, value: String) -> IdedExpr {
    IdedExpr { id, expr: Node::Literal(LiteralValue::String(CelString::from(value))) }
}

fn number(node: &IdedExpr) -> Option<f64> {
    match &node.expr {
        Node::Literal(LiteralValue::Int(value)) => Some(*value.inner() as f64),
        Node::Literal(LiteralValue::UInt(value)) => Some(*value.inner() as f64),
        Node::Literal(LiteralValue::Double(value)) => Some(*value.inner()),
        _ => None,
    }
}

fn literal_kind(literal: &LiteralValue) -> Kind {
    match literal {
        LiteralValue::Boolean(_) => Kind::Bool,
        LiteralValue::Int(_) | LiteralValue::UInt(_) | LiteralValue::Double(_) => Kind::Number,
        LiteralValue::String(_) => Kind::Text,
        LiteralValue::Null => Kind::Null,
        LiteralValue::Bytes(_) => Kind::Other,
    }
}

/// A chain of selections on a name, as text.
fn path(node: &IdedExpr) -> Option<String> {
    match &node.expr {
        Node::Ident(name) if !name.starts_with('@') => Some(name.clone()),
        Node::Select(select) => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        Node::Call(call) if call.func_name == operators::INDEX => match &call.args[..] {
            [operand, IdedExpr { expr: Node::Literal(key), .. }] => {
                let key = match key {
                    LiteralValue::String(key) => format!("{:?}", key.inner()),
                    LiteralValue::Int(key) => key.inner().to_string(),
                    _ => return None,
                };
                Some(format!("{}[{key}]", path(operand)?))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The name a [`path`] begins with.
fn root_name(node: &IdedExpr) -> Option<&str> {
    match &node.expr {
        Node::Ident(name) => Some(name),
        Node::Select(select) => root_name(&select.operand),
        Node::Call(call) => call.args.first().and_then(root_name),
        _ => None,
    }
}

fn known_call(name: &str, id: u64, method: bool) -> Result<Kind, Wrong> {
    let function = Some(name.to_string());
    if let Some(known) = functions::find(name) {
        let help = match (method, known.plain, known.method) {
            (true, _, false) => format!("write {name}(VALUE)"),
            (false, false, _) => format!("write VALUE.{name}(…)"),
            _ => return Ok(known.kind),
        };
        let message = if method {
            format!("`{name}` is not called on a value")
        } else {
            format!("`{name}` is called on a value")
        };
        return Err(Wrong { id, function, message, help: Some(help) });
    }
    if let Some((_, help)) = functions::MACROS.iter().find(|(known, _)| *known == name) {
        return Err(Wrong {
            id,
            function,
            message: format!("`{name}` does not take these arguments"),
            help: Some((*help).to_string()),
        });
    }
    let help = functions::nearest(name).map(|near| format!("did you mean `{near}`?"));
    Err(Wrong { id, function, message: format!("there is no function `{name}`"), help })
}

fn boolean(kind: Kind, id: u64) -> Result<(), Wrong> {
    match kind {
        Kind::Bool | Kind::Any => Ok(()),
        other => Err(Wrong {
            id,
            function: None,
            message: format!("this is {}, not true or false", other.name()),
            help: Some("compare it with something".into()),
        }),
    }
}

fn wrong(id: u64, message: &str) -> Wrong {
    Wrong { id, function: None, message: message.into(), help: None }
}

fn no_message(id: u64) -> Wrong {
    wrong(id, "structures with braces are not known here")
}
