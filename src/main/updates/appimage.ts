/**
 * Replaces an AppImage by a new one. A complete file exists under its name at every moment: the new one is
 * written beside it, verified, and renamed over it. The name stays the same, so that shortcuts keep working.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Whether a value has the form of a hash as update servers announce it: SHA-512, 64 bytes in base64. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9+/]{86}==$/.test(text);
}

/** Hashes a file with SHA-512, as base64; rejects if it cannot be read. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1_048_576 }), hash);
  return hash.digest('base64');
}

const EXECUTABLE = 0o755;

/** Path variables to which the mounted image added its own folders. */
const PATH_VARIABLES = ['PATH', 'LD_LIBRARY_PATH', 'XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR'];

/**
 * Replaces `image` by a copy of `downloaded`. Rejects if a file cannot be written; then `image` is unchanged.
 * @param hashes the announced hashes; the copy must have one of them
 * @returns false if it has none of them; then `image` is unchanged
 */
export async function replaceImage(
  image: string,
  downloaded: string,
  hashes: readonly string[],
): Promise<boolean> {
  const copy = join(dirname(image), `.${basename(image)}.new`);
  try {
    await copyFile(downloaded, copy);
    if (!hashes.includes(await hashOf(copy))) return false;
    await chmod(copy, EXECUTABLE);
    const file = await open(copy, 'r+');
    await file.sync().finally(() => file.close());
    await rename(copy, image);
    return true;
  } finally {
    await rm(copy, { force: true });
  }
}

/** The environment without the variables and folders of the image that is still mounted. */
function withoutMount(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { APPDIR: mount, APPIMAGE: _image, ARGV0: _argv0, OWD: _owd, ...rest } = env;
  if (!mount) return rest;
  for (const name of PATH_VARIABLES) {
    const paths = rest[name]?.split(':').filter((path) => !path.startsWith(mount));
    if (paths) rest[name] = paths.join(':');
  }
  return rest;
}

/** Starts an image as an independent process. */
export function startImage(image: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const child = spawn(image, args, {
    detached: true,
    stdio: 'ignore',
    env: withoutMount(env),
  });
  // This process is about to exit and cannot react; the user can start the app again.
  child.on('error', () => undefined);
  child.unref();
}
