/**
 * Keeps the folded text that search looks through: name, id, and the texts of the saved copy, the
 * draft and the pending change. Whoever changes one of these says so in the same transaction.
 */
import { FIELD_NAMES } from '../../shared/profile';
import { toJson, toProfile, toText } from './columns';
import type { Sql } from './database';
import { fold } from './fold';

const PARTS = `SELECT o.id, o.name, p.fields, d.fields, x.desired FROM organization o
  LEFT JOIN profile p ON p.organization_id = o.id
  LEFT JOIN draft d ON d.organization_id = o.id
  LEFT JOIN outbox x ON x.organization_id = o.id`;
const ONE = `${PARTS} WHERE o.id = ?`;
const SOME = `${PARTS} WHERE o.id IN (SELECT value FROM json_each(?))`;

/** Organizations read in one go. */
const SLICE = 500;

function put(sql: Sql, parts: readonly unknown[]): void {
  const [id, name, ...profiles] = parts;
  if (typeof id !== 'string') return;
  const texts = new Set([toText(name), id]);
  for (const column of profiles) {
    const profile = toProfile(column);
    for (const field of FIELD_NAMES) if (profile) texts.add(profile[field]);
  }
  sql.run(
    `INSERT INTO search_text (organization_id, folded) VALUES (?, ?)
     ON CONFLICT (organization_id) DO UPDATE SET folded = excluded.folded
     WHERE folded <> excluded.folded`,
    id,
    // Words of a query hold no line end, so none can match across two texts.
    [...texts].map(fold).join('\n'),
  );
}

/** The search texts of all organizations. */
export class SearchTexts {
  readonly #sql: Sql;
  /** Those to be brought up to date at the end of `together`, or null outside of it. */
  #later: Set<string> | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Brings that of an organization up to date; nothing happens when there is none. */
  changed(organizationId: string): void {
    if (this.#later) this.#later.add(organizationId);
    else for (const parts of this.#sql.arrays(ONE, organizationId)) put(this.#sql, parts);
  }

  /** Brings all that `work` changes up to date at its end: for thousands much quicker. */
  together<T>(work: () => T): T {
    const later = new Set<string>();
    this.#later = later;
    try {
      const value = work();
      const ids = [...later];
      for (let from = 0; from < ids.length; from += SLICE) {
        const slice = toJson(ids.slice(from, from + SLICE));
        for (const parts of this.#sql.arrays(SOME, slice)) put(this.#sql, parts);
      }
      return value;
    } finally {
      this.#later = null;
    }
  }
}
