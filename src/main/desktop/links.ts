/** Links out of the app: an exact allow-list, opened in the person's browser. */
import { failed, success, type Outcome } from '../../shared/failure';

/** Hosts whose https pages may be opened. No look-alike passes: the host must be equal. */
const HOSTS: readonly string[] = ['developers.cloudflare.com'];

/** Whether an address may be opened in the browser. */
export function mayOpen(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.protocol === 'https:' &&
    HOSTS.includes(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  );
}

/** Opens an allowed address with `open`; any other is refused. */
export async function openLink(
  address: string,
  open: (address: string) => Promise<void>,
): Promise<Outcome<null>> {
  if (!mayOpen(address)) return failed('gate.malformed');
  await open(new URL(address).href);
  return success(null);
}
