"""The vendors live here: camera, face model, speech engine, sound."""
