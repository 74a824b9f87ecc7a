/** What a failure means for a check of all organizations: how much of it ends, and whom not to ask at all. */
import { healing, type Failure } from '../../shared/failure';
import type { CredentialRow } from '../store/tables';

/** Why a sign-in is not even asked, or null. */
export function troubleOf(row: CredentialRow | null, asked: boolean): Failure | null {
  if (!row || row.state === 'removing') return { code: 'sign-in.none' };
  if (asked && row.trouble?.code.startsWith('keychain.')) return null;
  return row.trouble;
}

/** What a failure ends: the run, its sign-in's part of it, or only what it met. */
export function reach({ code }: Failure): 'run' | 'sign-in' | 'one' {
  if (/^(network|store)\.|^app\.stopping$/.test(code)) return 'run';
  const signIn = healing(code) === 'sign-in' || code === 'cloudflare.rate-limited';
  return signIn ? 'sign-in' : 'one';
}
