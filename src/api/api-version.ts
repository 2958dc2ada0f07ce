/** Semantic version of the API: its major stands in every path, the whole in every answer and in the description. */
export const apiVersion = '1.0.0';
