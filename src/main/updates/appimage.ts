/**
 * Puts a new AppImage in the old one's place. At every moment there is a whole file under the name: the
 * new one is written beside it, looked at there, and renamed. The name stays, so that what leads to it
 * still does.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Whether a text can be such a hash at all. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9+/]{86}==$/.test(text);
}

/** The hash of a file; rejects where it cannot be read. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1_048_576 }), hash);
  return hash.digest('base64');
}

const EXECUTABLE = 0o755;

/** Variables that the mounted image put into this process, and that name its place. */
const PATHS = ['PATH', 'LD_LIBRARY_PATH', 'XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR'];

/**
 * Replaces `image` by a copy of `downloaded`.
 * @param hashes what was announced; the copy must have one of them
 * @returns whether it had; if not, nothing has changed. Rejects where it cannot be written.
 */
export async function replaceImage(
  image: string,
  downloaded: string,
  hashes: readonly string[],
): Promise<boolean> {
  const beside = join(dirname(image), `.${basename(image)}.new`);
  try {
    await copyFile(downloaded, beside);
    if (!hashes.includes(await hashOf(beside))) return false;
    await chmod(beside, EXECUTABLE);
    const file = await open(beside, 'r+');
    await file.sync().finally(() => file.close());
    await rename(beside, image);
    return true;
  } finally {
    await rm(beside, { force: true });
  }
}

/** The environment without what names the image that is still mounted. */
function withoutMount(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { APPDIR: mount, APPIMAGE: _image, ARGV0: _argv0, OWD: _owd, ...rest } = env;
  if (!mount) return rest;
  for (const name of PATHS) {
    const kept = rest[name]?.split(':').filter((path) => !path.startsWith(mount));
    if (kept) rest[name] = kept.join(':');
  }
  return rest;
}

/** Starts it on its own, with the switches this process was started with. */
export function startImage(image: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const child = spawn(image, args, {
    ...{ detached: true, stdio: 'ignore', env: withoutMount(env) },
  });
  // Nothing is left that could be done about it: the person starts it again.
  child.on('error', () => undefined);
  child.unref();
}
