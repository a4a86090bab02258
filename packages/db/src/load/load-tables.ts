import type { CopyTable } from './copy-rows.ts';

const table = (name: string, columns: string): CopyTable => ({ table: name, columns, rows: [] });

/** The rows of one batch, in the order in which their foreign keys allow them to be written. */
export function emptyBatch() {
  return {
    users: table('users', 'id, issuer, subject, email, display_name, status, is_admin, created_at'),
    profiles: table('provider_profiles', 'user_id, status, public_name, opened_at'),
    machines: table(
      'machines',
      `id, provider_id, name, control_address, control_port, renter_address, renter_port, ssh_user, declared_region, access_mode,
       status, reachability, reachability_changed_at, host_key_state, host_key_type, host_key_public, host_key_fingerprint,
       control_public_key, control_private_key_sealed, verifier_public_key, verifier_private_key_sealed, cpu_model, cpu_threads,
       memory_bytes, disk_free_bytes, disk_kind, gpu_model, gpu_count, vram_bytes, cuda_version, cuda_version_number, cpu_score,
       storage_score, gpu_score, network_score, benchmarked_at, reliability_ppm, reliability_measured_ms, reliability_at, verified_at, created_at`,
    ),
    units: table('units', 'id, machine_id'),
    calendars: table('unit_calendars', 'unit_id'),
    probeTimes: table('machine_probe_times', 'machine_id, last_probe_at'),
    benchmarks: table(
      'benchmarks',
      `id, machine_id, kind, origin, status, progress_percent, result, raw_output_sha256, queued_at, started_at, finished_at`,
    ),
    listings: table(
      'listings',
      `id, machine_id, unit_id, provider_id, title, description, price_per_hour_micros, currency, duration_min_ms,
       duration_max_ms, cancellation_policy, extra_wipe_strategies, visibility, status, created_at, updated_at`,
    ),
    bookings: table(
      'bookings',
      `id, listing_id, machine_id, unit_id, renter_id, provider_id, start_at, end_at, turnaround_ms, status, status_changed_at,
       access_mode, currency, fee_basis_points, cancellation_policy, hold_amount_micros, canary_consent, public_keys, created_at`,
    ),
    segments: table('booking_price_segments', 'booking_id, seq, start_at, end_at, price_per_hour_micros'),
    changes: table('booking_state_changes', 'booking_id, seq, from_status, to_status, reason, at'),
    blocks: table('blocks', 'id, unit_id, kind, note, created_by, created_at'),
    occupancies: table('occupancies', 'id, unit_id, during, kind, booking_id, block_id, live'),
    payments: table(
      'payments',
      'id, user_id, kind, status, processor, amount_micros, currency, created_by, created_at, settled_at',
    ),
    accounts: table('ledger_accounts', 'id, kind, user_id, booking_id, currency, balance_micros'),
    transfers: table(
      'ledger_transfers',
      'id, kind, idempotency_key, booking_id, payment_id, explanation, currency, at',
    ),
    entries: table('ledger_entries', 'transfer_id, account_id, house_account, currency, amount_micros, at'),
  };
}
export type LoadBatch = ReturnType<typeof emptyBatch>;
