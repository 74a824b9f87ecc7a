/** Labels: a person's own words on entries. They are only in Letterhead; Cloudflare knows nothing of them. */
import * as v from 'valibot';

/** The longest label, in UTF-16 units. */
export const MAX_LABEL_LENGTH = 50;
/** Most labels of one entry. */
export const MAX_LABELS = 20;
/** Most labels that the filter and the dialog offer. */
export const LABELS_LIMIT = 1_000;

/** A label with single spaces between its words and without characters that cannot be seen or stored. */
export function cleanLabel(typed: string): string {
  return (
    typed
      // Joiners belong to the spelling of some scripts and to emojis, but only between two characters.
      .replace(/(?![\u200c\u200d])\p{Cf}/gu, '')
      .replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
      .replace(/(?<![^ ])[\u200c\u200d]+|[\u200c\u200d]+(?![^ ])/g, '')
      .normalize('NFC')
      .trim()
  );
}

/** Two labels with the same key are the same: case does not matter, and neither do joiners. */
export function labelKey(label: string): string {
  // Upper case unifies letters with several small forms, and lower case before it those with several capital ones.
  const visible = cleanLabel(label).replace(/[\u200c\u200d]/g, '');
  return visible.toLowerCase().toUpperCase().toLowerCase();
}

/** Schema of a label. */
export const labelTextSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_LABEL_LENGTH));

/** Schema of the labels of one entry, in the order of their letters. */
export const labelsSchema = v.pipe(v.array(labelTextSchema), v.maxLength(MAX_LABELS));

/** Schema of a choice of labels. */
export const chosenLabelsSchema = v.pipe(v.array(labelTextSchema), v.maxLength(LABELS_LIMIT));

/** Schema of every label that an entry has, in the order of their letters: the first ones. */
export const labelListSchema = v.object({ labels: chosenLabelsSchema, hasMore: v.boolean() });

/** Every label that an entry has. */
export type LabelList = v.InferOutput<typeof labelListSchema>;
