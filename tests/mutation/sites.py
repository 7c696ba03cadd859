"""Finds what can be mutated in a source file: walks libclang's tree of it and lists one-token mutations, each with the extent of
the expression that takes another form."""

import hashlib
import re
from typing import NamedTuple

from clang import cindex

from . import operators, source

Kind = cindex.CursorKind
CONSTANT = {Kind.STATIC_ASSERT, Kind.ENUM_CONSTANT_DECL, Kind.ENUM_DECL, Kind.TEMPLATE_NON_TYPE_PARAMETER, Kind.TYPE_REF,
            Kind.TEMPLATE_REF, Kind.TYPE_ALIAS_DECL, Kind.TYPEDEF_DECL, Kind.STRING_LITERAL}
FUNCTIONS = {Kind.FUNCTION_DECL, Kind.CXX_METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION_FUNCTION,
             Kind.FUNCTION_TEMPLATE}
SCOPES = {Kind.NAMESPACE, Kind.CLASS_DECL, Kind.STRUCT_DECL, Kind.CLASS_TEMPLATE, Kind.UNION_DECL}
JUMPS = {Kind.BREAK_STMT: "break", Kind.CONTINUE_STMT: "continue", Kind.RETURN_STMT: "return"}
ARITHMETIC_CALL = re.compile(r"operator(==|!=|<|>|<=|>=|\+|-|\*|/|\+=|-=|\*=|/=)$")
# Watching and giving up change no result: what is logged, and what is thrown when the program itself is at fault.
SILENT = re.compile(r"log_\.|throw std::logic_error")


class Mutant(NamedTuple):
    """`file` is relative to the root. The form is 'expression', 'condition', 'drop' (an expression as a statement) or
    'statement'."""
    key: str
    file: str
    line: int
    begin: int
    end: int
    operator: str
    function: str
    form: str
    constant: bool  # the compiler may evaluate it
    original: str
    mutated: str


class Scope(NamedTuple):
    function: str = ""
    constant: bool = False


class Walk:
    def __init__(self, file, text, unit):
        self.file, self.text, self.found, self.seen = file, text, [], {}
        self.path = unit.spelling
        for child in unit.cursor.get_children():
            if child.location.file and child.location.file.name == self.path:
                self.visit(child, None, Scope())

    def extent(self, cursor):
        begin, end = cursor.extent.start, cursor.extent.end
        if not begin.file or not end.file or begin.file.name != self.path or end.file.name != self.path:
            return None
        return (begin.offset, end.offset) if begin.offset < end.offset else None

    def add(self, cursor, scope, operator, form, pieces, shown=None):
        """One mutant for each of `pieces`: (begin, end, text) to be put into the cursor's extent."""
        begin, end = self.extent(cursor)
        whole = self.text[begin:end]
        if not source.is_flat_code(whole):
            return
        for at, to, text in pieces:
            changed = source.flat(self.text[begin:at] + text + self.text[to:end])
            original = source.flat(shown or whole)
            identity = "|".join((self.file, scope.function, operator, original, changed))
            count = self.seen[identity] = self.seen.get(identity, -1) + 1
            key = hashlib.sha256(f"{identity}|{count}".encode()).hexdigest()[:8]
            self.found.append(Mutant(key, self.file, source.line_of(self.text, at), begin, end, operator, scope.function, form,
                                     scope.constant, original, changed))

    # -- what is visited ---------------------------------------------------------------------------------------------

    def visit(self, cursor, parent, scope):
        kind = cursor.kind
        if kind in CONSTANT:
            return
        extent = self.extent(cursor)
        if extent is None or SILENT.match(self.text, extent[0]):
            return
        begin, end = extent
        if kind in SCOPES:
            scope = scope._replace(function=f"{scope.function}::{cursor.spelling}".lstrip(":"))
        children = list(cursor.get_children())
        if kind in FUNCTIONS:
            head = self.text[begin:cursor.location.offset]
            owner = cursor.semantic_parent.spelling if cursor.semantic_parent and cursor.semantic_parent.kind in SCOPES else ""
            name = cursor.spelling if kind != Kind.FUNCTION_TEMPLATE else cursor.spelling.split("<")[0]
            scope = Scope(f"{owner}::{name}".lstrip(":"), bool(re.search(r"\bconstexpr\b", head)))
            children = [c for c in children if c.location.offset >= cursor.location.offset or c.kind == Kind.PARM_DECL]
        elif kind in (Kind.VAR_DECL, Kind.FIELD_DECL, Kind.PARM_DECL):
            if re.search(r"\bconstexpr\b", self.text[begin:cursor.location.offset]):
                return
            if kind == Kind.FIELD_DECL:
                scope = scope._replace(constant=True)
            children = [c for c in children if c.extent.start.offset > cursor.location.offset
                        and not (source.before(self.text, c.extent.start.offset) == "["
                                 and source.after(self.text, c.extent.end.offset) == "]")]
        elif kind == Kind.CASE_STMT:
            children = children[1:]
        elif kind == Kind.DECL_REF_EXPR:
            self.enumerator(cursor, scope)
            return
        elif kind == Kind.MEMBER_REF_EXPR:
            self.field(cursor, scope)
            children = [c for c in children if c.extent.end.offset <= cursor.location.offset]
        self.mutate(cursor, parent, scope, children, begin, end)
        if kind == Kind.IF_STMT and re.match(r"if\s+constexpr\b", self.text[begin:begin + 40]):
            children = children[1:]
        for child in children:
            self.visit(child, cursor, scope)

    def mutate(self, cursor, parent, scope, children, begin, end):
        kind = cursor.kind
        if kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR) and len(children) == 2:
            self.binary(cursor, scope, children[0], children[1])
        elif kind == Kind.CALL_EXPR:
            self.call(cursor, scope, children, begin)
        elif kind == Kind.UNARY_OPERATOR:
            self.unary(cursor, scope, begin, end)
        elif kind in (Kind.INTEGER_LITERAL, Kind.FLOATING_LITERAL):
            text, closes = self.text[begin:end], source.after(self.text, end) == ">"
            if closes and parent is not None and parent.kind != Kind.BINARY_OPERATOR:
                return  # an argument of a template
            others = operators.integers(text) if kind == Kind.INTEGER_LITERAL else operators.floats(text)
            self.add(cursor, scope, "constant", "expression", [(begin, end, other) for other in others])
        elif kind == Kind.CXX_BOOL_LITERAL_EXPR:
            others = operators.BOOLEANS.get(self.text[begin:end], [])
            self.add(cursor, scope, "boolean", "expression", [(begin, end, other) for other in others])
        elif kind == Kind.CONDITIONAL_OPERATOR:
            self.condition(children[0], scope)
        elif kind in (Kind.IF_STMT, Kind.WHILE_STMT, Kind.FOR_STMT, Kind.DO_STMT):
            for child in children:
                at = self.extent(child)
                if at and child.kind.is_expression() and self.is_condition(kind, *at):
                    self.condition(child, scope)
        if parent is not None:
            self.statement(cursor, parent, scope, begin, end)

    def is_condition(self, kind, begin, end):
        opens, closes = source.before(self.text, begin), source.after(self.text, end)
        return opens == ";" and closes == ";" if kind == Kind.FOR_STMT else opens in "(;" and closes == ")"

    # -- kinds of mutation -------------------------------------------------------------------------------------------

    def token_between(self, left, right):
        """The operator between two operands: where it begins, what it is."""
        a, b = self.extent(left), self.extent(right)
        if a is None or b is None or a[1] > b[0]:
            return None
        gap = self.text[a[1]:b[0]]
        token = source.flat(gap).strip("( ")
        return (a[1] + gap.index(token), token) if token in operators.BINARY else None

    def binary(self, cursor, scope, left, right):
        found = self.token_between(left, right)
        if found:
            at, token = found
            self.add(cursor, scope, "operator", "expression",
                     [(at, at + len(token), other) for other in operators.BINARY[token]])

    def call(self, cursor, scope, children, begin):
        if cursor.spelling in operators.CALLS:
            match = re.match(r"(?:std::)?(min|max)\b", self.text[begin:])
            if match:
                at = begin + match.start(1)
                self.add(cursor, scope, "extremum", "expression",
                         [(at, at + 3, other) for other in operators.CALLS[match[1]]])
        elif len(children) == 3 and ARITHMETIC_CALL.match(cursor.spelling) and "string" not in cursor.type.spelling:
            self.binary(cursor, scope, children[0], children[2])

    def unary(self, cursor, scope, begin, end):
        for token, others in operators.UNARY.items():
            if self.text.startswith(token, begin):
                self.add(cursor, scope, "operator", "expression", [(begin, begin + len(token), o) for o in others])
                return
            if len(token) == 2 and self.text.endswith(token, begin, end):
                self.add(cursor, scope, "operator", "expression", [(end - len(token), end, o) for o in others])
                return

    def condition(self, cursor, scope):
        extent = self.extent(cursor)
        if extent is None or cursor.kind == Kind.VAR_DECL:
            return
        begin, end = extent
        children = list(cursor.get_children())
        found = self.token_between(*children) if len(children) == 2 else None
        if found and found[1] in ("==", "!="):
            return  # that operator's own mutant is the same
        self.add(cursor, scope, "negated", "condition", [(begin, end, f"!({self.text[begin:end]})")])

    def statement(self, cursor, parent, scope, begin, end):
        if source.after(self.text, end) != ";":
            return
        body = parent.kind == Kind.COMPOUND_STMT or (
            parent.kind in (Kind.IF_STMT, Kind.FOR_STMT, Kind.WHILE_STMT, Kind.CXX_FOR_RANGE_STMT)
            and (source.before(self.text, begin) == ")" or re.search(r"\belse\s*$", self.text[:begin]))) or (
            parent.kind in (Kind.CASE_STMT, Kind.DEFAULT_STMT) and source.before(self.text, begin) == ":")
        if not body:
            return
        if cursor.kind in JUMPS:
            if self.text[begin:end] == JUMPS[cursor.kind]:
                self.add(cursor, scope, "dropped", "statement", [(begin, end, "{}")])
        elif cursor.kind.is_expression():
            self.add(cursor, scope, "dropped", "drop", [(begin, end, "(void)0")])

    def enumerator(self, cursor, scope):
        target, extent = cursor.referenced, self.extent(cursor)
        if target is None or target.kind != Kind.ENUM_CONSTANT_DECL or extent is None:
            return
        begin, end = extent
        if not self.text.endswith(target.spelling, begin, end):
            return
        names = [c.spelling for c in target.semantic_parent.get_children() if c.kind == Kind.ENUM_CONSTANT_DECL]
        self.add(cursor, scope, "enumerator", "expression",
                 [(end - len(target.spelling), end, other) for other in operators.neighbours(target.spelling, names)])

    def field(self, cursor, scope):
        """A member's next neighbour of the same type."""
        target, at = cursor.referenced, cursor.location.offset
        if target is None or target.kind != Kind.FIELD_DECL or not self.text.startswith(target.spelling, at):
            return
        names = [c.spelling for c in target.semantic_parent.get_children()
                 if c.kind == Kind.FIELD_DECL and c.type.spelling == target.type.spelling]
        if len(names) > 1:
            other = operators.neighbours(target.spelling, names)[0]
            self.add(cursor, scope, "field", "expression", [(at, at + len(target.spelling), other)])


def find(root, file, flags):
    """All mutants of a file in the order they are found; raises ValueError where the file cannot be parsed."""
    unit = cindex.Index.create().parse(str(root / file), args=["-xc++", "-w", *flags])
    errors = [d for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
    if errors:
        raise ValueError(f"{file}: {errors[0]}")
    return Walk(file, source.read(root / file), unit).found
