"""The guideline's pure engine: a pack, facts and a day give a level, reasons and questions; never a decision."""
