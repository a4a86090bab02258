import { useTestDatabase } from '@rsm/db/testing';
import { afterAll, beforeAll } from 'vitest';
import { createTestProduct, type TestProduct, type TestProductOptions } from './test-product.ts';

/** Gives the tests of a file one product over one database; call the result inside a test to get it. */
export function useTestProduct(options: Omit<TestProductOptions, 'database'> = {}): () => TestProduct {
  const database = useTestDatabase();
  let product: TestProduct | undefined;
  beforeAll(async () => {
    product = await createTestProduct({ ...options, database: database() });
  });
  afterAll(async () => {
    await product?.close();
  });
  return () => {
    if (product === undefined) throw new Error('The product exists only while tests run.');
    return product;
  };
}
