import { type Kysely, sql } from 'kysely';

/** What a break-glass asks of people afterwards: somebody to stand behind it, and somebody to review it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE request DROP CONSTRAINT request_direction_check,
    ADD CONSTRAINT request_direction_check CHECK (direction IN ('pull', 'push', 'break-glass'))`,
  // Written in one transaction with its request, in whatever order.
  `CREATE TABLE emergency (
    request_id uuid PRIMARY KEY REFERENCES request (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    opened_at timestamptz NOT NULL,
    second_before timestamptz NOT NULL,
    until timestamptz NOT NULL,
    review_before timestamptz NOT NULL,
    second_at timestamptz,
    second_role text,
    revoked_at timestamptz,
    reviewed_at timestamptz,
    verdict text CHECK (verdict IN ('justified', 'unjustified', 'unclear')),
    -- Officers were told that nobody reviewed it in time.
    overdue_told boolean NOT NULL DEFAULT false,
    CONSTRAINT emergency_ends_after_its_second CHECK (second_before < until),
    CONSTRAINT emergency_second CHECK ((second_at IS NULL) = (second_role IS NULL)),
    CONSTRAINT emergency_reviewed CHECK ((reviewed_at IS NULL) = (verdict IS NULL)),
    -- Nobody stands behind what was revoked, nor is revoked what somebody stands behind.
    CONSTRAINT emergency_revoked_alone CHECK (second_at IS NULL OR revoked_at IS NULL)
  )`,
  `CREATE INDEX emergency_unseconded ON emergency (second_before) WHERE second_at IS NULL AND revoked_at IS NULL`,
  `CREATE INDEX emergency_unreviewed ON emergency (review_before) WHERE reviewed_at IS NULL OR verdict = 'unclear'`,
];
