/**
 * The fact that freezes every disclosure about its subject while it stands.
 * @law AVG 18; Wjsg 22 jo. 51b; Wpg 28
 */
export const restrictionType = 'restriction';
