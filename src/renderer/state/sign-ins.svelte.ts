/** The saved sign-ins, without their keys. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { SignIn } from '../../shared/sign-in';
import { LiveValue } from './live-value.svelte';

/** Loads the sign-ins with `signIns.list` and keeps them up to date through `signInsChanged`. */
export class SignInsState extends LiveValue<SignIn[]> {
  /** Whether the page itself says why the keychain cannot store a key, so that no message above it has to. */
  isKeychainExplained = $state(false);

  constructor(api: LetterheadApi) {
    super([], () => api.signIns.list(), api.on.signInsChanged);
  }

  /** The sign-ins that can be chosen: all except those that are being removed. */
  get usable(): SignIn[] {
    return this.value.filter(({ state }) => state !== 'removing');
  }

  /** The sign-in with this id, or undefined. */
  find(id: string): SignIn | undefined {
    return this.value.find((signIn) => signIn.id === id);
  }
}
