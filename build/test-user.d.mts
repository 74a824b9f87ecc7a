/** Types of test-user.mjs, for the tests in TypeScript. */

/** An ordinary user account. */
export interface TestUser {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

/** Creates this process's user with an empty home folder. */
export function createTestUser(): TestUser;

/** Removes a user with everything that still runs as this user, and the home folder. */
export function removeTestUser(user: TestUser): void;
