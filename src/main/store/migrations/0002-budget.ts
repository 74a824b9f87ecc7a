/** The rate budget of each Cloudflare user, so that a restart does not forget what was requested. */
export const budget = `
CREATE TABLE budget (
  user_id TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL         -- JSON; its shape belongs to cloudflare/budget.ts
) STRICT;
`;
