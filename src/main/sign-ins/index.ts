/** What other rooms may use of sign-ins. */
export { createSignIns, type SignIns, type SignInsOptions } from './sign-ins';
export { toSignIn } from './view';
