/** The texts of the field for a Global API Key or an API token. */
import { m } from '../../../shared/messages';
import type { SecretProblem, SignInKind } from '../../../shared/sign-in';

/** The texts of the field. */
export interface SecretTexts {
  label: string;
  /** The name of the button that shows the key. */
  show: string;
  /** What is wrong with the text, and what to do. */
  problems: Record<SecretProblem, string>;
}

/**
 * The texts of the field for a kind of sign-in.
 * @param isReplacement whether it replaces the key of a saved sign-in, so that the kind cannot be changed
 */
export function secretTexts(kind: SignInKind, isReplacement: boolean): SecretTexts {
  if (kind === 'token') {
    const globalKey = isReplacement ? m.sign_ins_token_is_key() : m.add_token_global_key();
    return {
      label: m.add_token(),
      show: m.add_token_show(),
      problems: {
        empty: m.add_token_empty(),
        // `parseSecret` does not report a token here.
        'api-token': m.add_token_account_token(),
        'global-key': globalKey,
        'account-token': m.add_token_account_token(),
        'organization-id': isReplacement ? m.sign_ins_token_is_id() : m.add_token_organization_id(),
        'non-latin': m.add_token_non_latin(),
        'unusual-shape': m.add_token_unusual_shape(),
      },
    };
  }
  const token = isReplacement ? m.sign_ins_key_is_token() : m.add_key_api_token();
  return {
    label: m.add_key(),
    show: m.add_key_show(),
    problems: {
      empty: m.add_key_empty(),
      'api-token': token,
      // `parseSecret` reports no key here.
      'global-key': token,
      'account-token': m.add_token_account_token(),
      'organization-id': m.add_key_organization_id(),
      'non-latin': m.add_key_non_latin(),
      'unusual-shape': m.add_key_unusual_shape(),
    },
  };
}

/** The help of the field: where the key is stored, and for a key where to find it. */
export function secretHelp(kind: SignInKind, isForSession: boolean): string {
  if (kind === 'token') return isForSession ? m.add_token_help_session() : m.add_token_help();
  return isForSession ? m.add_key_help_session() : m.add_key_help();
}
