/**
 * Changes source code by named rules, as mutation testing does. A mutation says which rule applies and where, by the
 * names and texts in the code, so it survives reformatting. mutate.d.mts describes the rules.
 */
import ts from 'typescript';

const { SyntaxKind } = ts;
const LOGICAL = [SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken];
const isLogical = (node) =>
  ts.isBinaryExpression(node) && LOGICAL.includes(node.operatorToken.kind);

/** Deletes an item of a list, with the comma after it. */
const deleteItem = (node, text) => ({
  from: node.getStart(),
  until: node.end + (/^\s*,/.exec(text.slice(node.end))?.[0].length ?? 0),
  code: '',
});
const replace = (node, code) => ({ from: node.getStart(), until: node.end, code });

/** Whether a node has this name, like a variable or a property. */
const isNamed = (node, words) => words.length === 1 && node.name?.text === words[0];

/** The condition of an `if` or a `?:`. */
const conditionOf = (node) => (ts.isIfStatement(node) ? node.expression : node.condition);

/** Whether a logical expression continues the one around it: `a && b` in `a && b && c`. */
const continues = (node) =>
  isLogical(node) && node.operatorToken.kind === node.parent.operatorToken.kind;

/**
 * The rules. `applies`: whether a node is of the kind that the rule changes. `isNamed`: set if `of` is the name of the
 * node; otherwise `of` occurs somewhere in it. `edit`: what to replace by what.
 */
const RULES = {
  'delete-statement': {
    applies: (node) =>
      ts.isExpressionStatement(node) ||
      ts.isIfStatement(node) ||
      ts.isReturnStatement(node) ||
      ts.isThrowStatement(node),
    edit: (node) => replace(node, ';'),
  },
  'delete-operand': {
    applies: (node) => isLogical(node.parent) && ts.isExpression(node) && !continues(node),
    edit: (node) => {
      const { left, right } = node.parent;
      return replace(node.parent, (node === left ? right : left).getText());
    },
  },
  'delete-element': {
    applies: (node) =>
      ts.isArrayLiteralExpression(node.parent) ||
      (ts.isCallExpression(node.parent) && node.parent.arguments.includes(node)),
    edit: deleteItem,
  },
  'delete-property': {
    applies: ts.isObjectLiteralElement,
    isNamed: true,
    edit: deleteItem,
  },
  'add-property': {
    applies: ts.isObjectLiteralExpression,
    edit: (node, _text, to) => ({
      from: node.getStart() + 1,
      until: node.getStart() + 1,
      code: ` ${to},`,
    }),
  },
  'force-condition': {
    applies: (node) => ts.isIfStatement(node) || ts.isConditionalExpression(node),
    edit: (node, _text, to) => replace(conditionOf(node), to),
  },
  'set-value': {
    applies: (node) =>
      (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.initializer,
    isNamed: true,
    edit: (node, _text, to) => replace(node.initializer, to),
  },
  'replace-expression': {
    applies: (node) =>
      (ts.isPropertyAccessExpression(node) && node.parent.expression !== node) ||
      ts.isCallExpression(node) ||
      ts.isBinaryExpression(node),
    edit: (node, _text, to) => replace(node, to),
  },
  'replace-method': {
    applies: ts.isPropertyAccessExpression,
    isNamed: true,
    edit: (node, _text, to) => replace(node.name, to),
  },
};

function parse(file, text) {
  const kinds = { ts: ts.ScriptKind.TS, mjs: ts.ScriptKind.JS, json: ts.ScriptKind.JSON };
  const kind = kinds[/\w+$/.exec(file)?.[0]];
  if (kind === undefined) throw new Error(`${file}: only .ts, .mjs and .json can be mutated.`);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
  const [problem] = source.parseDiagnostics;
  if (problem) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(problem.messageText)}`);
  return source;
}

function descendants(node) {
  const found = [];
  node.forEachChild((child) => {
    found.push(child, ...descendants(child));
  });
  return found;
}

function ancestors(node) {
  return node.parent ? [node.parent, ...ancestors(node.parent)] : [];
}

/** The names in a node, and the texts of its literals. */
function wordsIn(node) {
  const isWord = (at) =>
    ts.isIdentifier(at) || ts.isPrivateIdentifier(at) || ts.isLiteralExpression(at);
  return new Set([node, ...descendants(node)].filter(isWord).map(({ text }) => text));
}

/** The variables and functions that code uses; no names of properties. */
function variablesIn(code) {
  const isUse = (node) =>
    ts.isIdentifier(node) &&
    (node.parent.name !== node || ts.isShorthandPropertyAssignment(node.parent));
  return descendants(parse('new.ts', code))
    .filter(isUse)
    .map(({ text }) => text);
}

/** The change in a few words. */
export const describeChange = ({ rule, of, in: place, to }) =>
  [
    `${rule} of ${[of].flat().join(', ')}`,
    ...(place ? [`in ${place}`] : []),
    ...(to === undefined ? [] : [`to ${to}`]),
  ].join(' ');

/** The innermost nodes in the place that a change names. */
function findNodes(source, { rule, of, in: place }) {
  const { applies, isNamed: isByName } = RULES[rule];
  const words = [of].flat();
  const matches = (node) =>
    isByName ? isNamed(node, words) : words.every((word) => wordsIn(node).has(word));
  const isIn = (node) => !place || ancestors(node).some(({ name }) => name?.text === place);
  const found = descendants(source).filter((node) => applies(node) && isIn(node) && matches(node));
  return found.filter((node) => !found.some((other) => ancestors(other).includes(node)));
}

/** The names in the code of `to` that do not occur in the file. With one, any test would fail, whatever it checks. */
function unknownNames(source, { rule, to }) {
  if (to === undefined || rule === 'replace-method') return [];
  const known = wordsIn(source);
  const code = rule === 'add-property' ? `({ ${to} })` : `(${to})`;
  return variablesIn(code).filter((name) => !known.has(name));
}

/** Applies a change to the text of its file; see mutate.d.mts. */
export function mutate(text, change) {
  const { file, rule, to } = change;
  const what = `${file}: ${describeChange(change)}`;
  const source = parse(file, text);
  const nodes = findNodes(source, change);
  if (nodes.length !== 1) throw new Error(`${what} matches ${nodes.length} nodes.`);
  const unknown = unknownNames(source, change);
  if (unknown.length > 0) throw new Error(`${what} uses ${unknown.join(', ')}, not in the file.`);
  const { from, until, code } = RULES[rule].edit(nodes[0], text, to);
  const mutant = text.slice(0, from) + code + text.slice(until);
  if (mutant === text) throw new Error(`${what} changes nothing.`);
  parse(file, mutant);
  return mutant;
}
