/** Wat elke lijst van wat moet worden opgevolgd gemeen heeft. */
export const follow = {
  figures: 'Per ontvanger',
  figuresOf: (name: string) => `Cijfers van ${name}`,
  late: 'Waarvan te laat',
  states: 'Welke regels',
  shown: (count: number) => (count === 1 ? '1 regel' : `${count} regels`),
  of: (name: string) => `Alleen van ${name}.`,
  all: 'Toon alle ontvangers',
  invalid: 'Dit filter klopt niet. Daarom staan hier geen regels.',
  none: 'Er zijn geen regels die passen.',
  next: 'Volgende regels',
  first: 'Eerste regels',
};
