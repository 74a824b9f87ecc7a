/**
 * The software bill of materials, in CycloneDX: the output of `npm sbom` for all shipped packages, plus the
 * shipped Electron.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../folders.mjs';
import { npmCommand } from '../npm.mjs';
import { shippedPackages } from './shipped.mjs';

/** The possible names of a package: keytar's folder is named differently from its package. */
function namesOf(path) {
  const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  return [name, path.split('node_modules/').at(-1)].map((known) => `${known}@${version}`);
}

/** npm's own `--omit=dev` also omits shipped packages that development needs, such as Svelte. */
function keepShipped(bill) {
  const shipped = new Set(shippedPackages().flatMap(namesOf));
  bill.components = bill.components.filter(({ name, version }) =>
    shipped.has(`${name}@${version}`),
  );
  const kept = new Set(bill.components.map((part) => part['bom-ref']));
  const appRef = bill.metadata.component['bom-ref'];
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => ref === appRef || kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((to) => kept.has(to)) }));
}

/**
 * Writes the bill of materials and returns its path.
 * @param {{ output: string, version: string, electron: string }} options `electron`: the version of the shipped
 *   one
 */
export function writeSbom({ output, version, electron }) {
  const { command, shell } = npmCommand(['sbom', '--sbom-format=cyclonedx']);
  const [first, ...rest] = command;
  const text = execFileSync(first, rest, {
    cwd: root,
    shell,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const bill = JSON.parse(text);
  keepShipped(bill);
  // npm uses the folder's name as the app's name.
  Object.assign(bill.metadata.component, { name: 'letterhead', type: 'application' });
  const electronPart = {
    'bom-ref': `electron@${electron}`,
    type: 'framework',
    name: 'electron',
    version: electron,
    scope: 'required',
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:npm/electron@${electron}`,
  };
  bill.components.push(electronPart);
  const appEntry = bill.dependencies.find(({ ref }) => ref === bill.metadata.component['bom-ref']);
  appEntry.dependsOn.push(electronPart['bom-ref']);
  bill.dependencies.push({ ref: electronPart['bom-ref'], dependsOn: [] });
  // Download locations depend on this machine.
  for (const part of bill.components) {
    part.externalReferences = (part.externalReferences ?? []).filter(
      ({ type }) => type !== 'distribution',
    );
  }
  mkdirSync(output, { recursive: true });
  const file = join(output, `letterhead-${version}.cdx.json`);
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
  return file;
}
