-- The layers that most images share, and the bytes that sharing saves, over the parts of one list.
-- DuckDB: duckdb < sharing.sql, in the folder with the parts 0, 1, 2, …; a layer or an image may be in several parts.
WITH layers AS (SELECT DISTINCT layer, compressed_bytes FROM '*/layers.ndjson'),
     used AS (SELECT DISTINCT image, layer FROM '*/image_layers.ndjson')
SELECT layer,
       count(*) AS images,
       any_value(compressed_bytes) AS bytes,
       any_value(compressed_bytes) * (count(*) - 1) AS saved
FROM used JOIN layers USING (layer)
GROUP BY layer
HAVING count(*) > 1
ORDER BY saved DESC, layer
LIMIT 50;
