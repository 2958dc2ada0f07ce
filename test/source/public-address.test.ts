import { describe, expect, test } from 'vitest';
import { isNetwork, mayBeCalled } from '../../src/source/public-address.ts';

describe('an address', () => {
  test.each(['8.8.8.8', '145.21.0.1', '2001:4860:4860::8888', '2a02:22a0::1', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => expect(mayBeCalled(address, [])).toBe(true),
  );

  test.each([
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
    ...['224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      'fe80::1',
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '2001:db8::1',
      '2001::1',
      '2002:7f00:1::',
      '64:ff9b::1',
    ],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a00:1', '::7f00:1', '100::1', '4000::1'],
    ...['', 'localhost', '127.1', '2130706433', '0x7f000001', '8.8.8.8.', '8.8.8.8:443', '[::1]', 'fe80::1%eth0'],
  ])('%j is not', (address) => {
    expect(mayBeCalled(address, [])).toBe(false);
  });

  test('in a listed network may be called, and no other', () => {
    const networks = ['10.1.0.0/16', 'fd00:1::/32'];
    expect(['10.1.2.3', 'fd00:1::5', '::ffff:10.1.2.3', '8.8.8.8'].map((each) => mayBeCalled(each, networks))).toEqual(
      Array(4).fill(true),
    );
    expect(['10.2.0.1', 'fd00:2::1', '127.0.0.1'].map((each) => mayBeCalled(each, networks))).toEqual(
      Array(3).fill(false),
    );
  });

  test.each(['169.254.169.254', 'fe80::1', '0.0.0.0', '224.0.0.1', '::ffff:169.254.1.1', '::ffff:a9fe:a9fe'])(
    '%s is called never, whatever is listed',
    (address) => expect(mayBeCalled(address, ['0.0.0.0/0', '::/0', '169.254.0.0/16'])).toBe(false),
  );
});

describe('a network that is listed', () => {
  test.each(['10.0.0.0/8', '127.0.0.0/8', '::1/128', 'fd00::/8', '0.0.0.0/0'])('may be %s', (text) => {
    expect(isNetwork(text)).toBe(true);
  });
  test.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0/8',
    'host/8',
    '::/129',
    '10.0.0.0/8/8',
    '',
    'fe80::%1/64',
  ])('may not be %j', (text) => expect(isNetwork(text)).toBe(false));
});
