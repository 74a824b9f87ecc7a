/** Sign-ins, as other modules may use them. */
export { createSignIns, type SignIns } from './sign-ins';
export type { EmailQuestion, SignInQuestion, TokenQuestion } from './confirm';
export { countsOf, toSignIn } from './view';
