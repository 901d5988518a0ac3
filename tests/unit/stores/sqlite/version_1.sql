PRAGMA application_id = 1885628019;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE conversions (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        key TEXT,
        created_at INTEGER NOT NULL,
        sandbox INTEGER NOT NULL,
        own_bucket INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        deadline INTEGER,
        outcome TEXT,
        settled_at INTEGER,
        settlement INTEGER
    );
INSERT INTO "conversions" VALUES(1,'cv_settled','inv-1',1790856000000000,0,0,'converted',1,NULL,'{"kind":"converted","document":{"url":"https://example.com/a.pdf","filesize":null,"duration":null,"response":null,"executed":null,"pdf_pages":null}}',1790856060000000,1);
INSERT INTO "conversions" VALUES(2,'cv_queued','inv-2',1790856000000000,0,0,'queued',1,1790856600000000,NULL,NULL,NULL);
INSERT INTO "conversions" VALUES(3,'cv_sending',NULL,1790856000000000,0,0,'sending',1,1790857200000000,NULL,NULL,NULL);
INSERT INTO "conversions" VALUES(4,'cv_planned',NULL,1790856000000000,0,0,'planned',0,NULL,NULL,NULL,NULL);
CREATE TABLE counters (settlements INTEGER NOT NULL);
INSERT INTO "counters" VALUES(1);
CREATE TABLE orphans (id TEXT PRIMARY KEY, outcome TEXT NOT NULL, received_at INTEGER NOT NULL);
INSERT INTO "orphans" VALUES('cv_orphan','{"kind":"converted","document":{"url":"https://example.com/a.pdf","filesize":null,"duration":null,"response":null,"executed":null,"pdf_pages":null}}',1790856000000000);
INSERT INTO "orphans" VALUES('cv_forgotten','{"kind":"converted","document":{"url":"https://example.com/a.pdf","filesize":null,"duration":null,"response":null,"executed":null,"pdf_pages":null}}',1790856000000000);
CREATE TABLE requests (number INTEGER PRIMARY KEY, content TEXT NOT NULL);
INSERT INTO "requests" VALUES(2,'{"endpoint":"pdf","body":{"source":"<p>ü</p>"},"template":null,"processor_version":null}');
INSERT INTO "requests" VALUES(3,'{"endpoint":"pdf","body":{"source":"<p>ü</p>"},"template":null,"processor_version":null}');
INSERT INTO "requests" VALUES(4,'{"endpoint":"pdf","body":{"source":"<p>ü</p>"},"template":null,"processor_version":null}');
CREATE INDEX deadlines ON conversions (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX settlements ON conversions (settlement) WHERE settlement IS NOT NULL;
COMMIT;
