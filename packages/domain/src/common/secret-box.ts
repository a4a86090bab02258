/** Where a secret lies. The seal is bound to it, so a sealed value copied to another row does not open. */
export interface SecretPlace {
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

/** Seals secrets at rest (AES-256-GCM data key per record, wrapped by a versioned key-encryption key). */
export interface SecretBox {
  seal(secret: string, place: SecretPlace): string;
  /** @throws Error when the seal was made for another place, was changed, or its key is unknown. */
  open(sealed: string, place: SecretPlace): string;
}
