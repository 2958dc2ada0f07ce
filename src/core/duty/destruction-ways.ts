/** How a recipient destroyed what it got: files and records, paper, or given back to where it came from. */
export const destructionWays = ['erased', 'shredded', 'returned'] as const;

export type DestructionWay = (typeof destructionWays)[number];
