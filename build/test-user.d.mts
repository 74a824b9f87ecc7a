/** Types of test-user.mjs, for the tests in TypeScript. */

/** Creates the user. */
export function createTestUser(): { uid: number; gid: number };

/** Removes the user. */
export function removeTestUser(): void;
