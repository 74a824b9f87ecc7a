/** Types of test-user.mjs, for the tests in TypeScript. */

/** Makes the user. */
export function createTestUser(): { uid: number; gid: number };

/** Removes the user again. */
export function removeTestUser(): void;
