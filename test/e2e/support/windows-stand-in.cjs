/**
 * Preloaded into an app under test that updates itself as on Windows: stands in for what Windows does for
 * electron-updater. PowerShell finds every file signed by UPDATE_SIGNER, and a started installer, which is a shell
 * script here, is listed in the file UPDATE_INSTALLED first.
 */
const processes = module.require('node:child_process');
const { appendFileSync } = module.require('node:fs');
const { syncBuiltinESMExports } = module.require('node:module');

const { execFile, spawn } = processes;
const { UPDATE_SIGNER, UPDATE_INSTALLED } = process.env;

/** What `Get-AuthenticodeSignature` says about the file that the command names. */
function signatureOf(command) {
  const [, Path] = /-LiteralPath '(.*)'/.exec(command) ?? [];
  return JSON.stringify({ Status: 0, SignerCertificate: { Subject: UPDATE_SIGNER }, Path });
}

processes.execFile = (file, args, options, callback) => {
  if (!/powershell/.test(file)) return execFile(file, args, options, callback);
  return setImmediate(callback, null, signatureOf(args.at(-1)), '');
};

processes.spawn = (file, args, options) => {
  if (!/\.exe$/.test(file)) return spawn(file, args, options);
  appendFileSync(UPDATE_INSTALLED, `${args.join(' ')}\n`);
  return spawn('/bin/sh', [file, ...args], options);
};
syncBuiltinESMExports();
