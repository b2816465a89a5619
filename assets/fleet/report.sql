-- Totals and lists of `dive-rs fleet report`, from the tables that `dive-rs fleet --format parquet --out rows` writes. DuckDB and Spark run each query as it is.
-- A layer or an image may be in several parts of a list, so that rows are counted once by their keys.
--
-- First, each table is a view of one run:
--   DuckDB  CREATE VIEW layers AS SELECT * FROM read_parquet('rows/layers/run=1/*.parquet');    and so on for each folder
--   Spark   spark.read.parquet("rows/layers").where("run = '1'").createOrReplaceTempView("layers")

-- sizes: each layer once, with the bytes that count
CREATE OR REPLACE TEMP VIEW sizes AS
SELECT layer, coalesce(min(compressed_bytes), min(size_bytes)) AS bytes
FROM layers WHERE layer IN (SELECT layer FROM image_layers) GROUP BY layer;

-- used: each layer of an image once
CREATE OR REPLACE TEMP VIEW used AS
SELECT DISTINCT image, layer FROM image_layers;

-- totals: images, layers, the bytes of each image alone and of each layer once
SELECT (SELECT count(DISTINCT image) FROM images) AS images,
       (SELECT count(*) FROM sizes) AS layers,
       (SELECT sum(bytes) FROM used JOIN sizes USING (layer)) AS total_bytes,
       (SELECT sum(bytes) FROM sizes) AS distinct_bytes;

-- fresh_node: what a node of each platform pulls
SELECT platform, any_value(images) AS images, sum(bytes) AS bytes
FROM (SELECT DISTINCT platform, layer FROM images JOIN used USING (image))
JOIN sizes USING (layer)
JOIN (SELECT platform, count(DISTINCT image) AS images FROM images GROUP BY platform) USING (platform)
GROUP BY platform ORDER BY platform;

-- shared: the layers that several images share, and the bytes that sharing saves
SELECT layer, count(*) AS images, any_value(bytes) AS bytes, any_value(bytes) * (count(*) - 1) AS saved_bytes
FROM used JOIN sizes USING (layer)
GROUP BY layer HAVING count(*) > 1
ORDER BY saved_bytes DESC, layer;

-- largest: the images with most bytes
SELECT image, sum(bytes) AS bytes
FROM used JOIN sizes USING (layer)
GROUP BY image ORDER BY bytes DESC, image;

-- categories: what the bytes of the images are for
SELECT category, sum(visible_bytes) AS visible_bytes, sum(hidden_bytes) AS hidden_bytes
FROM (SELECT DISTINCT * FROM categories)
GROUP BY category ORDER BY category;

-- smaller: the images that could be smaller, and by how much
SELECT image, any_value(size_bytes) AS size_bytes, any_value(savings_bytes) AS savings_bytes
FROM images WHERE savings_bytes > 0
GROUP BY image ORDER BY savings_bytes DESC, image;

-- findings: the findings by kind, and the bytes that fixing each alone saves
SELECT finding, count(DISTINCT image) AS images, sum(bytes) AS bytes
FROM (SELECT DISTINCT * FROM findings)
GROUP BY finding ORDER BY finding;

-- rules: how many images fail each rule, and break it where that is only reported
SELECT rule, count(DISTINCT CASE WHEN outcome = 'fail' THEN image END) AS failed,
       count(DISTINCT CASE WHEN outcome = 'warn' THEN image END) AS warned,
       count(DISTINCT image) AS images
FROM rules
GROUP BY rule ORDER BY rule;

-- packages: the packages by kind and name, in any version
SELECT kind, name, count(DISTINCT image) AS images, sum(bytes) AS bytes
FROM (SELECT DISTINCT * FROM packages)
GROUP BY kind, name ORDER BY kind, name;

-- duplicates: the same content in several layers, and the bytes of all but one
SELECT min(path) AS path, bytes AS size_bytes, count(DISTINCT layer) AS layers,
       bytes * (count(DISTINCT layer) - 1) AS extra_bytes
FROM large_files WHERE hash IS NOT NULL
GROUP BY hash, bytes HAVING count(DISTINCT layer) > 1
ORDER BY extra_bytes DESC, path;
