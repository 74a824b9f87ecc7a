/** Sign-ins, as other modules may use them. */
export { createSignIns, type SignIns } from './sign-ins';
export type { EmailQuestion } from './confirm';
export { countsOf, toSignIn } from './view';
