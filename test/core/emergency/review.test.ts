import { beforeEach, describe, expect, it } from 'vitest';
import { reviewEmergency, tellOfReviews } from '../../../src/core/emergency/review-emergency.ts';
import { type EmergencyWorld, emergencyWorld } from '../../world/emergency-world.ts';

let world: EmergencyWorld;
beforeEach(async () => {
  world = await emergencyWorld();
});

describe('a review', () => {
  const review = (id: Parameters<EmergencyWorld['of']>[0], verdict: 'justified' | 'unjustified' | 'unclear') =>
    reviewEmergency(world.ports, id, {
      verdict,
      ground: 'Gesproken met de SEH-arts',
      reviewer: '01920000-0000-7000-8000-000000000001',
      trace: world.ports.entropy.trace(),
      seen: world.of(id).review?.at ?? null,
    });

  it('is on record once; what was unclear is reviewed again', async () => {
    const id = await world.given();
    expect(await review(id, 'unclear')).toBe(true);
    expect(await review(id, 'justified')).toBe(true);
    expect(await review(id, 'unjustified')).toBe(false);
    expect(world.of(id).review?.verdict).toBe('justified');
    expect(world.raised).toEqual([]);
  });

  it('by two officers at once is one: the second did not see the first', async () => {
    const id = await world.given();
    const ground = 'Gesproken met de SEH-arts';
    const by = { verdict: 'unclear', ground, reviewer: 'x', trace: world.ports.entropy.trace(), seen: null } as const;
    expect(await reviewEmergency(world.ports, id, by)).toBe(true);
    expect(await reviewEmergency(world.ports, id, by)).toBe(false);
  });

  it('that finds it unjustified is a breach, of which officers are told', async () => {
    const id = await world.given();
    await review(id, 'unjustified');
    expect(await tellOfReviews(world.ports)).toBe(1);
    expect(world.raised.map(({ kind, unit }) => `${kind} ${unit}`)).toEqual([
      'emergency-unjustified ziekenhuis',
      'emergency-unjustified medisch',
      'emergency-unjustified null',
    ]);
    expect(await tellOfReviews(world.ports)).toBe(0);
  });

  it('that finds it unjustified is told of also where the gateway is killed once it is on record', async () => {
    const id = await world.given();
    world.memory.breakNextCommit = 'after';
    await expect(review(id, 'unjustified')).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect(world.of(id).review?.verdict).toBe('unjustified');
    await tellOfReviews(world.ports);
    expect(world.raised.map(({ kind }) => kind)).toEqual(Array(3).fill('emergency-unjustified'));
  });

  it('that finds it unjustified after its time is told of beside that nobody reviewed it', async () => {
    const id = await world.given();
    world.memory.nowMs = Date.parse(world.of(id).reviewBefore);
    expect(await tellOfReviews(world.ports)).toBe(1);
    await review(id, 'unjustified');
    expect(await tellOfReviews(world.ports)).toBe(1);
    expect(world.raised.slice(3).map(({ kind }) => kind)).toEqual(Array(3).fill('emergency-unjustified'));
  });

  it('that nobody did in time is told of once', async () => {
    const id = await world.given();
    expect(await tellOfReviews(world.ports)).toBe(0);
    world.memory.nowMs = Date.parse(world.of(id).reviewBefore);
    expect(await tellOfReviews(world.ports)).toBe(1);
    expect(await tellOfReviews(world.ports)).toBe(0);
    expect(world.raised).toHaveLength(3);
  });
});
