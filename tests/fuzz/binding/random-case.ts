import fc, { type Arbitrary } from 'fast-check';
import type { FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import { paramsOf, valuesOf } from '../../posiv-wit/values.ts';
import { honest, type BindingCase } from './binding-case.ts';
import type { Flat } from './canonical-abi.ts';
import { IMAGE_AT } from './raw-guest.ts';
import { coreOf } from './run-case.ts';

/** One thing of what a guest passes that is changed. */
interface Tampering {
  readonly what: 'flat' | 'image';
  /** Which one, or where; taken modulo their number. */
  readonly at: number;
  readonly width: 1 | 2 | 4 | 8;
  readonly value: bigint;
}

const PAGE = 65_536;

/** Values at which a binding that is careless goes wrong: ends of types, of memory and of the image. */
const EDGES = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  9,
  0x7f,
  0x80,
  0xc0,
  0xed,
  0xff,
  0x100,
  0xd7ff,
  0xd800,
  0xdfff,
  0xe000,
  0xffff,
  0x10_ffff,
  0x11_0000,
  IMAGE_AT,
  IMAGE_AT + 1,
  IMAGE_AT + 4,
  PAGE - 9,
  PAGE - 8,
  PAGE - 4,
  PAGE - 1,
  PAGE,
  PAGE + 1,
  2 * PAGE,
  0x0fff_ffff,
  0x1000_0000,
  0x7fff_ffff,
  0x8000_0000,
  0xffff_fff8,
  0xffff_ffff,
].map(BigInt);

const LONG_EDGES = [2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

const tampering: Arbitrary<Tampering> = fc.record({
  what: fc.constantFrom('flat', 'image'),
  at: fc.nat(),
  width: fc.constantFrom(1, 2, 4, 4, 4, 8),
  value: fc.oneof(
    fc.constantFrom(...EDGES, ...LONG_EDGES),
    fc.integer({ min: IMAGE_AT, max: IMAGE_AT + 400 }).map(BigInt),
    fc.nat({ max: 40 }).map(BigInt),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  ),
});

/** Any call of a function: most are honest, in the rest a guest lies once or more. */
export function casesOf(definition: FunctionDefinition): Arbitrary<BindingCase> {
  return fc
    .record({
      direction: fc.constantFrom<BindingCase['direction']>('import', 'export'),
      params: paramsOf(definition),
      result: valuesOf(definition.result),
      tamperings: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 3, arbitrary: fc.array(tampering, { minLength: 1, maxLength: 3 }) },
      ),
      lie: fc.oneof(
        { weight: 9, arbitrary: fc.constant(undefined) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...EDGES).map((edge) => Number(BigInt.asIntN(32, edge))),
        },
      ),
      late: fc.boolean(),
    })
    .map(({ direction, params, result, tamperings, lie, late }) => {
      const [guest, host] = direction === 'import' ? [params, result] : [result, params];
      const { image, flats } = honest(definition, direction, guest);
      const passed = [...flats];
      for (const each of tamperings) {
        if (each.what === 'flat') tamperFlat(definition, direction, passed, each);
        else tamperImage(image, each);
      }
      // -1 is what makes the guest honest.
      return { direction, image, flats: passed, host, lie: lie === -1 ? -2 : lie, late };
    });
}

function tamperFlat(
  definition: FunctionDefinition,
  direction: BindingCase['direction'],
  flats: Flat[],
  { at, value }: Tampering,
): void {
  if (flats.length === 0) return;
  const index = at % flats.length;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, BigInt.asUintN(64, value), true);
  flats[index] = {
    i32: () => bits.getInt32(0, true),
    i64: () => bits.getBigInt64(0, true),
    f32: () => bits.getFloat32(0, true),
    f64: () => bits.getFloat64(0, true),
  }[coreOf(definition, direction, index)]();
}

function tamperImage(image: Uint8Array, { at, width, value }: Tampering): void {
  const places = Math.floor(image.length / width);
  if (places === 0) return;
  const from = (at % places) * width;
  for (let index = 0; index < width; index++)
    image[from + index] = Number((value >> BigInt(8 * index)) & 0xffn);
}
