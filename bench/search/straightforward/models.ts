import { Model } from 'objection';

/** Rows as Objection makes them when nobody thinks about it: every column, and the machine as an object beside its listing. */
export class Machine extends Model {
  static override readonly tableName = 'machines';

  declare declared_region: string;
  declare reachability: string;
  declare access_mode: string;
  declare cpu_model: string | null;
  declare cpu_threads: number | null;
  declare memory_bytes: string | null;
  declare disk_free_bytes: string | null;
  declare gpu_model: string | null;
  declare gpu_count: number;
  declare vram_bytes: string | null;
  declare cpu_score: number | null;
  declare memory_score: number | null;
  declare storage_score: number | null;
  declare reliability_ppm: number | null;
  declare benchmarked_at: Date | null;
}

export class Listing extends Model {
  static override readonly tableName = 'listings';
  static override readonly relationMappings = {
    machine: {
      relation: Model.BelongsToOneRelation,
      modelClass: Machine,
      join: { from: 'listings.machine_id', to: 'machines.id' },
    },
  };

  declare id: string;
  declare machine_id: string;
  declare title: string;
  declare price_per_hour_micros: string;
  declare currency: string;
  declare created_at: Date;
  declare machine: Machine;
}

export class User extends Model {
  static override readonly tableName = 'users';

  declare id: string;
  declare issuer: string;
  declare subject: string;
  declare status: string;
}
