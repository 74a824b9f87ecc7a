/**
 * The rate budget of each Cloudflare user, so that a restart does not forget what was requested; and
 * the indexes History pages by: it goes by the order in which revisions were added, whatever the
 * clock said, and the second one finds the copy of Cloudflare's before a revision in one step,
 * however many texts of the person lie between. The rowid ends every index, so both are in its order.
 */
export const budgetAndHistory = `
CREATE TABLE budget (
  user_id TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL         -- JSON; its shape belongs to cloudflare/budget.ts
) STRICT;

DROP INDEX revision_by_organization;
CREATE INDEX revision_by_organization ON revision (organization_id);
CREATE INDEX revision_of_cloudflare ON revision (organization_id)
  WHERE kind NOT IN ('discarded', 'replaced');
`;
