/**
 * Which variables of the environment the shipped code reads, found in the files of the package. Electron's own program
 * is not searched.
 */
import { extractFile, listPackage } from '@electron/asar';
import { parseSync } from 'vite';

/** What one search found. */
export interface VariablesRead {
  /** The variables that JavaScript reads by name. */
  names: string[];
  /** The functions that use the environment in any other way, such as all of it, or a variable whose name is computed. */
  others: string[];
  /** The native modules that read a variable. */
  addons: string[];
  /** Every word in JavaScript and in those native modules that could be the name of a variable. */
  words: string[];
}

/** A node of the syntax tree. */
interface Node {
  type: string;
  [property: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** The name in `.name`, `['name']` or `{ name }`; null if it is computed. */
function nameIn(key: unknown, computed: unknown): string | null {
  if (!isNode(key)) return null;
  if (key.type === 'Literal') return String(key['value']);
  return key.type === 'Identifier' && !computed ? String(key['name']) : null;
}

/** The names that a pattern takes from an object; null if it takes the rest of it, too. */
function namesInPattern(pattern: Node): string[] | null {
  const names = (pattern['properties'] as Node[]).map((property) =>
    nameIn(property['key'], property['computed']),
  );
  return names.includes(null) ? null : (names as string[]);
}

/** The variables that are read by an access to the environment, in the context of `parents`, the nearest one first. */
function namesReadBy(node: Node, parents: readonly Node[]): string[] | null {
  const [parent, ...further] = parents;
  if (!parent) return null;
  if (parent.type === 'MemberExpression' && parent['object'] === node) {
    const name = nameIn(parent['property'], parent['computed']);
    return name === null ? null : [name];
  }
  // Whether there is an environment at all.
  if (parent.type === 'LogicalExpression' && parent['operator'] === '&&' && parent['left'] === node)
    return [];
  if (parent.type === 'ConditionalExpression') return namesReadBy(parent, further);
  if (parent.type === 'ChainExpression') return namesReadBy(parent, further);
  const pattern = parent['id'];
  if (parent.type !== 'VariableDeclarator' || !isNode(pattern)) return null;
  return pattern.type === 'ObjectPattern' ? namesInPattern(pattern) : null;
}

/** The name of the innermost function or class member around a node that has one. */
function enclosing(parents: readonly Node[]): string {
  for (const parent of parents) {
    const key = parent['key'] ?? parent['id'];
    const name = nameIn(key, parent['computed']);
    const isFunction = /Function|MethodDefinition/.test(parent.type);
    if (isFunction && name !== null) return name;
  }
  return '(no function)';
}

function searchScript(path: string, source: string) {
  const found = { names: [] as string[], others: [] as string[], words: [] as string[] };
  const visit = (node: Node, parents: readonly Node[]): void => {
    const name = nameIn(node['property'] ?? node['key'], node['computed']);
    if (name !== null && /^\w{3,}$/.test(name) && name === name.toUpperCase())
      found.words.push(name);
    if (node.type === 'MemberExpression' && name === 'env') {
      const names = namesReadBy(node, parents);
      if (names) found.names.push(...names);
      else found.others.push(enclosing(parents));
    }
    const inside = [node, ...parents];
    for (const value of Object.values(node).flat()) if (isNode(value)) visit(value, inside);
  };
  visit(parseSync(path, source).program as unknown as Node, []);
  return found;
}

const sorted = (names: string[]): string[] => [...new Set(names)].sort();

/**
 * Searches an archive.
 * @param archive absolute path of the app.asar
 */
export function variablesReadIn(archive: string): VariablesRead {
  const all = { names: [] as string[], others: [] as string[], words: [] as string[] };
  const addons: string[] = [];
  for (const path of listPackage(archive, { isPack: false })) {
    if (!/^\/(out\/(main|preload)|node_modules)\/.*\.(c?js|mjs|node)$/.test(path)) continue;
    const file = extractFile(archive, path.slice(1));
    if (path.endsWith('.node')) {
      const texts = file.toString('latin1').match(/[\x20-\x7e]{3,}/g) ?? [];
      if (!texts.some((text) => /^_?(secure_|w)?getenv|^GetEnvironmentVariable/.test(text)))
        continue;
      addons.push(path.split('/').pop()!);
      all.words.push(...texts.filter((text) => /^[A-Z][A-Z\d_]{2,39}$/.test(text)));
    } else {
      const { names, others, words } = searchScript(path, file.toString('utf8'));
      all.names.push(...names);
      all.others.push(...others);
      all.words.push(...words);
    }
  }
  return {
    names: sorted(all.names),
    others: sorted(all.others),
    addons: sorted(addons),
    words: sorted([...all.names, ...all.words]),
  };
}
