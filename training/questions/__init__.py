"""Questions about walks, with exact answers and the objects that lead to them; and how an answer is scored.

Reads scenes, walks and which pixels each object has. Gives records in the benchmarks' form
(`records.make_questions`) and scores (`scoring`).
"""
