-- The keys that sign and encrypt sign-in cookies, shared by all silos; encrypted by the key ring.
CREATE TABLE data_protection_key
(
  friendly_name TEXT PRIMARY KEY,
  xml TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
