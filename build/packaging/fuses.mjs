/**
 * The fuses of the shipped app: bits in Electron's executable that are set once, during packaging, and that no
 * switch or variable can change afterwards. Every fuse of the executable must be decided here.
 */
import { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';

/** Whether each fuse is on in the shipped app. */
const FUSES = {
  // Otherwise anyone could run code under the app's name and read its entries in the keychain.
  RunAsNode: false,
  // We have no cookies, and with a frozen keyring this fuse delays the first window by more than a minute.
  EnableCookieEncryption: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  // Only affects macOS and Windows.
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  // Newer executables have it. Decides only how WebAssembly notices an access outside its memory.
  WasmTrapHandlers: true,
};

/** The one fuse that differs in the build for the end-to-end tests: Playwright needs it. */
const PLAYWRIGHT_NEEDS = 'EnableNodeCliInspectArguments';

const STATES = { 0: 'off', 1: 'on', r: 'removed' };

/**
 * Reads the fuses back from an executable.
 * @param {string} executable path of an Electron executable, or of its .app on macOS
 * @returns {Promise<Record<string, string>>} `on`, `off` or `removed` for each of its fuses, by name
 */
export async function readFuses(executable) {
  const { version, ...wire } = await getCurrentFuseWire(executable);
  if (version !== FuseVersion.V1) throw new Error(`The fuses have version ${version}, not 1.`);
  return Object.fromEntries(
    Object.entries(wire).map(([index, state]) => [
      FuseV1Options[index] ?? `fuse ${index}`,
      STATES[String.fromCharCode(state)] ?? `state ${state}`,
    ]),
  );
}

/**
 * Sets every fuse and reads all of them back. Rejects if the executable has an undecided fuse, or if one
 * differs.
 * @param {string} executable
 * @param {{ debuggable: boolean, resetSignature: boolean }} options `debuggable`: for the end-to-end
 *   tests; `resetSignature`: give the changed executable a new ad-hoc signature (macOS on arm64)
 */
export async function setFuses(executable, { debuggable, resetSignature }) {
  const decided = { ...FUSES, ...(debuggable ? { [PLAYWRIGHT_NEEDS]: true } : {}) };
  const present = Object.keys(await readFuses(executable));
  await flipFuses(executable, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: resetSignature,
    ...Object.fromEntries(present.map((name) => [FuseV1Options[name], decided[name]])),
  });
  for (const [name, state] of Object.entries(await readFuses(executable))) {
    const expected = decided[name] ? 'on' : 'off';
    if (state !== expected) throw new Error(`The fuse ${name} is ${state}, expected: ${expected}.`);
  }
}
