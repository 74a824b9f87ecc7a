/**
 * The software bill of materials beside the packages, in CycloneDX: what `npm sbom` says of all that is
 * not for development only, and the Electron that is shipped with it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../folders.mjs';
import { npmCommand } from '../npm.mjs';

/**
 * Writes it and gives its path.
 * @param {{ output: string, version: string, electron: string }} options `electron`: its version
 */
export function writeSbom({ output, version, electron }) {
  const { command, shell } = npmCommand(['sbom', '--omit=dev', '--sbom-format=cyclonedx']);
  const [first, ...rest] = command;
  const text = execFileSync(first, rest, {
    cwd: root,
    shell,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const bill = JSON.parse(text);
  // npm takes the folder's name for the app's.
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
  const own = bill.dependencies.find(({ ref }) => ref === bill.metadata.component['bom-ref']);
  own.dependsOn.push(electronPart['bom-ref']);
  bill.dependencies.push({ ref: electronPart['bom-ref'], dependsOn: [] });
  // Where a package was downloaded from says something about this machine alone.
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
