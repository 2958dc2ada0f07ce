/** The entries `e` whose sequence stands in one of these ranges, as an entry `erasure` has them. */
export function inRanges(ranges: string): string {
  return `jsonb_to_recordset(${ranges}::jsonb) AS range (instance uuid, "from" bigint, "to" bigint)
    JOIN ledger_entry e ON e.instance = range.instance AND e.sequence BETWEEN range."from" AND range."to"`;
}
