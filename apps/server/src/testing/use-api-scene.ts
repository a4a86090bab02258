import { beforeAll, vi } from 'vitest';
import { makeCast, makeScene, SCENE_START, type Cast, type Scene } from './api-scene.ts';
import type { TestProduct } from './test-product.ts';
import { useTestProduct } from './use-test-product.ts';

export interface ApiScene {
  readonly product: TestProduct;
  readonly cast: Cast;
  readonly scene: Scene;
}

/** A product with its real door and a scene in it. `Date` stands still with the product's clock, so that tokens stay fresh. */
export function useApiScene(): () => ApiScene {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(SCENE_START) });
    return () => {
      vi.useRealTimers();
    };
  });
  const product = useTestProduct({ startIso: SCENE_START, identity: 'real' });
  let made: ApiScene | undefined;
  beforeAll(async () => {
    const cast = await makeCast(product());
    made = { product: product(), cast, scene: await makeScene(product(), cast) };
  });
  return () => {
    if (made === undefined) throw new Error('The scene exists only while tests run.');
    return made;
  };
}
